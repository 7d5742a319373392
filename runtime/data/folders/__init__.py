"""Pictures in files: found, looked over, divided and read as they are needed."""
