"""What every page is made with: templates, GOV.UK's components, and forms that say what is wrong."""
