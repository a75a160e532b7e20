"""Made customers and projects, and the usual life of a project: what ``workflow.simulator`` plays."""
