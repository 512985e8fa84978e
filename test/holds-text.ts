/**
 * Whether `seen` holds `text`, in any case of letters. Digits alone count only where they stand by themselves: four or
 * six of them are in some time, identifier or hash by chance.
 */
export function holdsText(seen: string, text: string): boolean {
  if (!/^\d+$/.test(text)) return seen.toLowerCase().includes(text.toLowerCase())
  return new RegExp(`(?<![0-9a-f])${text}(?![0-9a-f])`, 'i').test(seen)
}
