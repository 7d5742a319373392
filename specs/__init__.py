"""The gallery: `.cnn` files that ship with dotcnn, read with `importlib.resources.files("specs")`."""
