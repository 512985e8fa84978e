import * as z from 'zod'
import { Secret } from '../support/index.ts'
import { createConfigSchema } from './schema/schema.ts'

type Json = z.core.JSONSchema.BaseSchema

/** The JSON Schema of the file (draft 2020-12), for editors. */
export function configJsonSchema(): Json {
  const schema = createConfigSchema({
    readSecret: (reference) => new Secret(reference),
    resolvePath: (path) => path,
  })
  return { title: 'Holdfast configuration', ...z.toJSONSchema(schema, { io: 'input' }) }
}

/** The reference page, in Markdown: one table a mapping, in the order of the schema. */
export function configReferencePage(): string {
  return [
    '# Configuration',
    '',
    'Generated from `src/config/schema/schema.ts` by `node scripts/generate-docs.ts`; do not edit.',
    'A small working file is [config/holdfast.yaml](../../config/holdfast.yaml); editors that know JSON',
    'Schema find the same in [config/holdfast.schema.json](../../config/holdfast.schema.json).',
    '',
    'Unknown keys are errors. Relative paths count from the folder of the file. `NAME` is a name of',
    'your choice. Times are written `500ms`, `20s`, `15m`, `2h` or `30d`. A secret is `file:PATH`,',
    '`env:NAME` or `credential:NAME` (systemd, `LoadCredential=`; outside of the unit the file',
    '`credentials/NAME` beside the configuration); its text is never in this file.',
    '',
    'A file with a secret is one line of UTF-8; a line end after it does not count. A byte order mark is left',
    'out. A blank or tab at either end, a no-break space and an invisible character count as part of the secret.',
    'The log and `holdfast check` name each of them. UTF-16, a second line, a NUL and other control characters are errors.',
    '',
    ...describeMapping('', configJsonSchema()),
    '',
  ].join('\n')
}

/** Heading and table of one mapping, followed by those of the mappings in it. */
function describeMapping(path: string, schema: Json): readonly string[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const inner: Json = typeof field === 'object' ? field : {}
    return { name, inner, required: schema.required?.includes(name) === true }
  })
  return [
    `## ${path === '' ? 'The file' : path}`,
    '',
    ...(schema.description === undefined ? [] : [schema.description, '']),
    '| key | value | default | what it is |',
    '| --- | --- | --- | --- |',
    ...fields.map(({ name, inner, required }) => {
      const cells = [`\`${name}\``, nameType(inner), nameDefault(inner, required)]
      return `| ${[...cells, inner.description ?? ''].map(cell).join(' | ')} |`
    }),
    ...fields.flatMap(({ name, inner }) => describeInner(join(path, name), inner)),
  ]
}

/** The mappings inside a field: itself, the values of a mapping by name, the items of a list. */
function describeInner(path: string, field: Json): readonly string[] {
  if (field.properties !== undefined) return ['', ...describeMapping(path, field)]
  const branches = field.oneOf ?? field.anyOf
  if (branches !== undefined) {
    const described = branches.map((branch) => {
      const kind = discriminator(branch)
      return describeInner(kind === undefined ? path : `${path} with ${kind}`, branch).join('\n')
    })
    // One entry and a list of such entries have the same description.
    return [...new Set(described)].filter((text) => text !== '').flatMap((text) => text.split('\n'))
  }
  if (typeof field.additionalProperties === 'object') {
    return describeInner(join(path, 'NAME'), field.additionalProperties)
  }
  const items = field.items
  return typeof items === 'object' && !Array.isArray(items) ? describeInner(path, items) : []
}

/** `type: ldap`, where that is what tells a mapping from its alternatives. */
function discriminator(schema: Json): string | undefined {
  for (const name of ['type', 'method']) {
    const field = schema.properties?.[name]
    if (typeof field !== 'object') continue
    if (field.const !== undefined) return `${name}: ${field.const}`
    if (name === 'method' && field.enum !== undefined) return `${name}: ${field.enum.join(' or ')}`
  }
  return undefined
}

function nameType(field: Json): string {
  return typeof field.unit === 'string' ? `${nameForm(field)} (${field.unit})` : nameForm(field)
}

function nameForm(field: Json): string {
  if (typeof field.form === 'string') return field.form
  if (field.format === 'uri') return 'URL'
  if (field.const !== undefined) return `\`${field.const}\``
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(', ')
  const branches = field.oneOf ?? field.anyOf
  if (branches !== undefined) {
    const [first, second] = branches
    if (first !== undefined && second?.type === 'array') return `${nameType(first)}, or a list`
    return [...new Set(branches.map(nameType))].join(' or ')
  }
  switch (field.type) {
    case 'boolean':
      return '`true`, `false`'
    case 'integer':
    case 'number':
      return nameRange(field)
    case 'array':
      return typeof field.items === 'object' && !Array.isArray(field.items)
        ? `list: ${nameType(field.items)}`
        : 'list'
    case 'object':
      return field.properties === undefined ? 'mapping by name' : 'mapping'
    default:
      return 'text'
  }
}

function nameRange({ type, minimum, maximum, exclusiveMinimum }: Json): string {
  const kind = type === 'integer' ? 'whole number' : 'number'
  if (minimum === undefined && exclusiveMinimum === undefined) return kind
  return minimum === undefined
    ? `${kind} above ${exclusiveMinimum}, at most ${maximum}`
    : `${kind}, ${minimum} to ${maximum}`
}

function nameDefault(field: Json, required: boolean): string {
  if (required) return 'required'
  if (field.default === undefined) return ''
  const text = typeof field.default === 'string' ? field.default : JSON.stringify(field.default)
  if (text === '') return 'empty'
  return text === '{}' ? '' : `\`${text}\``
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
