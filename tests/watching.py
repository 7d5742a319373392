"""Pages in a browser, watched for what they must not do."""


def watched(browser, address, width=1280, scheme="light"):
    """A page at an address; its `seen` lists what it asks for elsewhere, says on the console, fails at or pops up."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.seen = []
    page.on("request", lambda asked: page.seen.append(asked.url[:100]) if not asked.url.startswith(address) else None)
    page.on("console", lambda message: page.seen.append(message.text))
    page.on("pageerror", lambda error: page.seen.append(str(error)))
    page.on("dialog", lambda dialog: page.seen.append(dialog.message))
    page.goto(address, wait_until="networkidle")
    page.wait_for_load_state("load")  # on a busy machine, nothing may be asked for while half of a page is read
    return page
