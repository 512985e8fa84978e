// The company's colour, made readable: buttons and links must stand out from their ground in both themes
// (WCAG 1.4.3 and 1.4.11), whatever colour the configuration names.

type Rgb = readonly [number, number, number]
type Theme = {
  /** For buttons, links and marks. */
  readonly accent: string
  /** For text on it. */
  readonly onAccent: string
}

const grounds = { light: [244, 245, 247], dark: [30, 35, 44] } as const satisfies Record<
  string,
  Rgb
>
/** Links are text. */
const enough = 4.6

function parse(colour: string): Rgb | undefined {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (match === null) return undefined
  const [red, green, blue] = match.slice(1).map((part) => Number.parseInt(part, 16))
  return [red ?? 0, green ?? 0, blue ?? 0]
}

function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => from[index] + (to[index] - from[index]) * share
  return [at(0), at(1), at(2)]
}

/** Contrast ratio of two colours as `#rrggbb`, from 1 to 21; undefined where one is not such a colour. */
export function contrastOf(one: string, other: string): number | undefined {
  const [first, second] = [parse(one), parse(other)]
  return first && second && contrast(first, second)
}

/** The company's colour for each theme, darker or lighter where it would be hard to read. */
export function themesOf(colour: string): { light: Theme; dark: Theme } | undefined {
  const rgb = parse(colour)
  if (rgb === undefined) return undefined
  const readable = (ground: Rgb, towards: Rgb): Theme => {
    let accent = rgb
    for (let share = 0; contrast(accent, ground) < enough && share <= 1; share += 0.04) {
      accent = mix(rgb, towards, share)
    }
    const white: Rgb = [255, 255, 255]
    const black: Rgb = [10, 14, 20]
    const onAccent = contrast(accent, white) >= contrast(accent, black) ? white : black
    return { accent: format(accent), onAccent: format(onAccent) }
  }
  return {
    light: readable(grounds.light, [0, 0, 0]),
    dark: readable(grounds.dark, [255, 255, 255]),
  }
}
