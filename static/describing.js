// The description of the API, drawn by Swagger UI. Only read here: a token has no business in a page.

const place = document.getElementById("description");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const nothing = () => () => null;

function follow() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

follow();
dark.addEventListener("change", follow);
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  supportedSubmitMethods: [],
  defaultModelsExpandDepth: 0,
  // Else it would send the address to a service elsewhere that checks it.
  validatorUrl: null,
  plugins: [
    () => ({
      wrapComponents: {
        SchemesContainer: nothing,
        authorizeBtn: nothing,
        authorizeOperationBtn: nothing,
      },
    }),
  ],
});
