"""Who is at the door: passwords, second factors, sessions, and how often one may guess."""
