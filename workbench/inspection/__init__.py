"""FiftyOne over the workspace's images: its database, the dataset, views by failure, tags back, slices and drift."""
