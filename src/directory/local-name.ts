/** One spelling for all a person may type of a local user name. */
export function foldName(name: string): string {
  return name.trim().normalize('NFC').toLowerCase()
}

/** Whether a folded name can be that of anybody: 1 to 253 characters, none of them a control. */
export function isName(folded: string): boolean {
  return folded.length > 0 && folded.length <= 253 && !/\p{Cc}/u.test(folded)
}
