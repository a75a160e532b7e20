from workspace.models.imports import ColumnMemory, ImportBatch, ImportFile, ImportRow, StageWord

__all__ = ["ColumnMemory", "ImportBatch", "ImportFile", "ImportRow", "StageWord"]
