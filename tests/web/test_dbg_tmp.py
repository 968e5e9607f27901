from tests.web.test_admin import *
def test_dbg(researcher):
    draft = make_version(publish=False)
    f=version_form(researcher, draft)
    r=researcher.post(version_url(draft), f)
    print(r.status_code, r.context["errors"], r.context["adminform"].form.errors)
    for i in r.context["inline_admin_formsets"]:
        print(i.formset.errors, i.formset.non_form_errors())
        for fm in i.formset.forms:
            for n in fm.nested_formsets: print("N",n.formset.errors,n.formset.non_form_errors())
    print({k:v for k,v in f.items() if "-1-labels-0" in k or "TOTAL" in k or "INITIAL" in k})
    assert 0
