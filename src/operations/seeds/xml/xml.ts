/** An element; names without their namespace prefix. */
export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text directly inside, without that of the children. */
  readonly text: string
  /** Line of its opening tag, from 1. */
  readonly line: number
}

export type XmlResult =
  | { readonly root: XmlElement }
  | { readonly line: number; readonly problem: string }

type OpenElement = XmlElement & { children: XmlElement[]; text: string }

const maximumDepth = 50
const namePattern = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const attributePattern = `\\s+${namePattern}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`
const tokenPattern = new RegExp(
  [
    '<!--[^]*?-->',
    '<\\?[^]*?\\?>',
    '<!\\[CDATA\\[(?<cdata>[^]*?)\\]\\]>',
    `</(?<close>${namePattern})\\s*>`,
    `<(?<open>${namePattern})(?<attributes>(?:${attributePattern})*)\\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
)

/**
 * Reads the XML that key files are made of: elements, attributes, text, CDATA, comments. Document
 * type declarations are refused, and with them every entity that could grow or fetch something.
 */
export function parseXml(source: string): XmlResult {
  const text = source.replace(/^\uFEFF/, '')
  const top: OpenElement = { name: '', attributes: new Map(), children: [], text: '', line: 1 }
  const open: OpenElement[] = [top]
  const countLine = createLineCounter(text)
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const line = countLine(tokenPattern.lastIndex)
    const wrong = (problem: string): XmlResult => ({ line, problem })
    if (text.startsWith('<!DOCTYPE', tokenPattern.lastIndex)) {
      return wrong('document type declarations are not accepted')
    }
    const token = tokenPattern.exec(text)?.groups
    if (!token) return wrong('this is not well-formed XML')
    const current = open.at(-1) ?? top
    if (token.cdata !== undefined) current.text += token.cdata
    else if (token.text !== undefined) {
      const plain = decodeEntities(token.text)
      if (plain === undefined) return wrong('unknown entity')
      if (current === top && plain.trim() !== '') return wrong('text outside of the root element')
      current.text += plain
    } else if (token.close !== undefined) {
      if (open.length === 1 || localName(token.close) !== current.name) {
        return wrong('a closing tag closes nothing that is open')
      }
      open.pop()
    } else if (token.open !== undefined) {
      const attributes = parseAttributes(token.attributes ?? '')
      if (!attributes) return wrong('an attribute of this element is wrong')
      const element = { name: localName(token.open), attributes, children: [], text: '', line }
      current.children.push(element)
      if (token.empty === '') open.push(element)
      if (open.length > maximumDepth) return wrong('elements are nested too deep')
    }
  }
  const [root, second] = top.children
  if (open.length > 1) return { line: countLine(text.length), problem: 'the file ends too early' }
  if (!root) return { line: 1, problem: 'there is no element in it' }
  if (second) return { line: second.line, problem: 'a second root element' }
  return { root }
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name)
}

/** Every child of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}

/** The text of the first child of that name, without blanks around it. Undefined where it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text.trim() || undefined
}

/** The first attribute that has one of these names, in whatever case. */
export function attributeOf(
  element: XmlElement | undefined,
  ...names: readonly string[]
): string | undefined {
  for (const wanted of names) {
    for (const [name, value] of element?.attributes ?? []) {
      if (name.toLowerCase() === wanted.toLowerCase()) return value
    }
  }
  return undefined
}

function parseAttributes(source: string): ReadonlyMap<string, string> | undefined {
  const attributes = new Map<string, string>()
  for (const [, name, quoted] of source.matchAll(/([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    const value = decodeEntities((quoted ?? '').slice(1, -1))
    if (name === undefined || value === undefined || attributes.has(localName(name))) {
      return undefined
    }
    // Namespace declarations share local names with real attributes.
    if (!name.startsWith('xmlns')) attributes.set(localName(name), value)
  }
  return attributes
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function decodeEntities(text: string): string | undefined {
  let known = true
  const decoded = text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    const plain = whole.endsWith(';') ? (namedEntities[name] ?? characterOf(name)) : undefined
    if (plain === undefined) known = false
    return plain ?? ''
  })
  return known ? decoded : undefined
}

function characterOf(reference: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference)
  if (!match) return undefined
  const point = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Lines are counted onwards from the last call, so a large file is read once. */
function createLineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return (offset) => {
    for (; counted < offset; counted += 1) if (text.charCodeAt(counted) === 10) line += 1
    return line
  }
}
