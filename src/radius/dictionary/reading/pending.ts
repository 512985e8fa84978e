import { RadiusError } from '../../errors.ts'
import { readNumber } from '../line.ts'
import type { Place, SkippedLines } from '../skipped.ts'
import { addValue, type DefinitionsBuilder, type Draft, type ValueNames } from './builder.ts'

type Reference = Place & { readonly name: string; readonly scope: readonly number[] }

/**
 * Lines about names that may come later, even in another file: VALUE, ALIAS, `enum=`, `clone=`. They are followed when
 * all files are read.
 */
export class PendingLines {
  readonly #values: (Reference & {
    readonly of: ValueNames | string
    readonly text: string
  })[] = []
  readonly #shared: (Reference & { readonly to: ValueNames | string })[] = []
  readonly #clones: (Reference & { readonly to: Draft })[] = []
  readonly #aliases: (Reference & { readonly of: string })[] = []

  /** VALUE: `name` of `text`, for values that are known, or by the name of their attribute. */
  value(of: ValueNames | string, name: string, text: string, where: Omit<Reference, 'name'>): void {
    this.#values.push({ ...where, of, name, text })
  }

  /** The VALUE lines of `name` apply to `to` as well. */
  shareValues(name: string, to: ValueNames | string, where: Omit<Reference, 'name'>): void {
    this.#shared.push({ ...where, name, to })
  }

  /** What is inside of `name` is inside of `to` as well. */
  clone(name: string, to: Draft, where: Omit<Reference, 'name'>): void {
    this.#clones.push({ ...where, name, to })
  }

  alias(name: string, of: string, where: Omit<Reference, 'name'>): void {
    this.#aliases.push({ ...where, name, of })
  }

  follow(builder: DefinitionsBuilder, skipped: SkippedLines): void {
    const copies = this.#clones.flatMap((each) => followClone(each, builder, skipped))
    for (const each of this.#aliases) {
      const path = builder.resolve(each.of, each.scope)
      if (path === undefined) skipAlias(each, builder, skipped)
      else if (!builder.addAlias(each.name, each.scope, path)) {
        skipped.count(
          'ALIAS lines with the name of another attribute are left out',
          each.name,
          each,
        )
      }
    }
    for (const { of, name, text, ...where } of this.#values) {
      const values = typeof of === 'string' ? builder.findValues(of, where.scope) : of
      if (values !== undefined) {
        if (addValue(values, name, text)) continue
        if (readNumber(text) === undefined) throw invalid(where, 'the third word is not a number')
        const what = 'VALUE lines that do not fit the type of their attribute are left out'
        skipped.count(what, name, where)
      } else if (!skipped.has(String(of))) {
        skipped.count('VALUE lines of attributes that no file has are left out', String(of), where)
      }
    }
    for (const [from, to] of copies) copyValues(from, to)
    for (const { name, to, ...where } of this.#shared) {
      const from = builder.findValues(name, where.scope)
      const values = typeof to === 'string' ? builder.findValues(to, where.scope) : to
      if (from !== undefined && values !== undefined) copyValues(from, values)
      else skipped.count('References to VALUE lines that no file has are left out', name, where)
    }
  }
}

function followClone(
  { name, to, ...where }: Reference & { readonly to: Draft },
  builder: DefinitionsBuilder,
  skipped: SkippedLines,
): readonly (readonly [from: ValueNames, to: ValueNames])[] {
  const copies: [ValueNames, ValueNames][] = []
  const from = builder.resolve(name, where.scope)
  const drafts = from === undefined ? [] : builder.inside(from)
  if (drafts.length === 0) {
    skipped.count('References to attributes that no file has are left out', name, where)
  }
  for (const draft of drafts) {
    const path = [...to.path, ...draft.path.slice(from?.length)]
    const { valueNamed, nameOf, shortName, ...definition } = draft
    const added = builder.addAttribute({ ...definition, name: shortName, path, vendor: to.vendor })
    if ('draft' in added) copies.push([draft, added.draft])
  }
  return copies
}

function skipAlias(
  { of, name, ...where }: Reference & { readonly of: string },
  builder: DefinitionsBuilder,
  skipped: SkippedLines,
): void {
  if (builder.find(name) !== undefined) return
  const what = 'ALIAS lines of attributes that are left out, or that no file has, are left out'
  skipped.leaveOut(what, name, where)
}

function copyValues(from: ValueNames, to: ValueNames): void {
  const texts = new Map([...from.nameOf.values()].map((name) => [name.toLowerCase(), name]))
  for (const [key, text] of from.valueNamed) {
    if (!to.valueNamed.has(key)) addValue(to, texts.get(key) ?? key, text)
  }
}

export function invalid({ fileName, line }: Place, problem: string): RadiusError {
  return new RadiusError('dictionary-invalid', `${fileName}:${line}: ${problem}`, {
    file: fileName,
    line,
    problem,
  })
}
