/** A day here: `2027-01-31`. */
export function formatDay(atMs: number): string {
  const at = new Date(atMs)
  return [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
}

/** A moment here, to the minute: `2027-01-31 08:12`. */
export function formatMoment(atMs: number): string {
  const at = new Date(atMs)
  return `${formatDay(atMs)} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
