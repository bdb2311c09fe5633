"""`kulanz simulate`: visitors who are nobody, for a person who wants to work at the desk for an hour.

They come over the same socket as the widget, with the demo's customers and stories (`data/demo/stories.yaml`), have patience,
answer what an agent asks, and rate what they were given. The same seed brings the same people.
"""
