"""What people read: assessments and factsheets, as Markdown, as one HTML file, and as JSON with the same numbers."""
