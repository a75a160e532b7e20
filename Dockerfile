# One image for web, worker, beat and the migrating step; what a container does is its command.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN .venv/bin/python -m config.assets \
 && STATIC_ROOT=/srv/static SECRET_KEY=while-building DJANGO_SETTINGS_MODULE=config.settings.base .venv/bin/python manage.py collectstatic --no-input \
 && rm -rf node_modules

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app juan \
 && install -d -o juan -g juan /srv/media
WORKDIR /app
COPY --from=build /app /app
COPY --from=build /srv/static /srv/static
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LC_ALL=C.UTF-8 \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    WEB_BIND=0.0.0.0:8000
USER juan
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
