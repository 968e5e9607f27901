# One image for web, worker, beat and migrations; docker-compose.yml says which command each of them runs.
FROM python:3.12-slim AS packages
# requirements-extras.txt has what snapshots in a bucket and as Parquet need beside the rest.
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-extras.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-input -r "$REQUIREMENTS"

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=annotator.settings \
    STATIC_ROOT=/app/staticfiles \
    VAR_DIR=/var/lib/stepmark
# A volume put on VAR_DIR takes over the owner that the folder has here.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin stepmark \
    && install --directory --owner=stepmark --group=stepmark --mode=0750 $VAR_DIR
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY annotator annotator
COPY taxonomies taxonomies
COPY templates templates
COPY static static
# Nothing connects to the servers named here, and the key is not in the image that runs.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input --verbosity 0
USER stepmark
EXPOSE 8000
# For the web, and for whoever runs the image without Compose; the others have health checks of their own there.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/readyz', timeout=4)"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "annotator.wsgi:application", \
    "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", "--blocking-threads", "4", \
    "--workers-kill-timeout", "3"]
