"""Where images come from: data sets by name, arrays, folders and tables, divided for a run."""
