"""Components of the understanding that Rasa loads by name; see config.yml. Python 3.10, no TensorFlow."""
