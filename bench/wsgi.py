from config.wsgi import application

__all__ = ["application"]
