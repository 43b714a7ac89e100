// Where the keyboard is: it must not get lost when what it was on goes away.

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/** True if an element can have the focus. */
export function isUsable(node) {
  return !node.disabled && node.getClientRects().length > 0;
}

/** Focus the first of these that can have the focus. */
export function focusFirst(...nodes) {
  const found = nodes.find(isUsable);
  if (found) found.focus({ preventScroll: true });
}

/** Make a change, after which the focus goes to the first of `homes` if what had it cannot have it any more. */
export function withoutLoss(homes, change) {
  if (document.activeElement === document.body) return change();
  change();
  // what is hidden or disabled keeps the focus until the page is drawn again
  const now = document.activeElement;
  if (now === document.body || !isUsable(now)) focusFirst(...homes);
  return undefined;
}

/** Make a change that replaces what is in a box, and focus what stands where the focus was. */
export function keepFocus(box, change) {
  const place = [...box.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  change();
  if (place < 0) return;
  const now = [...box.querySelectorAll(FOCUSABLE)];
  if (now.length) focusFirst(now[Math.min(place, now.length - 1)]);
}
