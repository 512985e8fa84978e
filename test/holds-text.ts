/**
 * Whether `seen` holds `text`, in any case of letters. Digits alone are looked for only where no other digit is beside
 * them: four or six of them are in some time, identifier or hash by chance.
 */
export function holdsText(seen: string, text: string): boolean {
  if (!/^\d+$/.test(text)) return seen.toLowerCase().includes(text.toLowerCase())
  return new RegExp(`(?<![0-9a-f])${text}(?![0-9a-f])`, 'i').test(seen)
}
