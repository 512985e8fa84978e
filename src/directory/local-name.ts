/** Whether a folded name can be that of anybody: 1 to 253 characters, none of them a control. */
export function isName(folded: string): boolean {
  return folded.length > 0 && folded.length <= 253 && !/\p{Cc}/u.test(folded)
}
