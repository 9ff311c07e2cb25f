"""What all pages share: templates, forms, files, refusals as pages."""
