import { type VendorFormat, vendorFormatOf } from '../../attributes/vendor.ts'
import {
  type AttributeDefinition,
  type DataType,
  type Definitions,
  pathKey,
  type ScalarValue,
  type VendorDefinition,
} from '../definition.ts'
import { encodeScalar } from '../encode-value.ts'
import type { Skipped } from '../skipped.ts'
import { decodeValue } from '../value.ts'
import { NameTree } from './names.ts'

/** What VALUE lines go to: an attribute, or an ENUM that attributes refer to. */
export type ValueNames = Pick<AttributeDefinition, 'dataType'> & {
  readonly valueNamed: Map<string, string>
  readonly nameOf: Map<ScalarValue, string>
}

export type Draft = AttributeDefinition & ValueNames & { readonly shortName: string }

export type NewAttribute = Omit<AttributeDefinition, 'valueNamed' | 'nameOf'>

/** What the builder says of a line it cannot take; the parser adds file and line. */
export type Problem = string | undefined

/**
 * Collects what the lines of dictionary files define. Methods give a sentence when a line contradicts
 * what is there already.
 */
export class DefinitionsBuilder {
  readonly #byName = new Map<string, Draft>()
  readonly #byPath = new Map<string, Draft>()
  readonly #aliases = new Map<string, Draft>()
  readonly #enums = new Map<string, ValueNames>()
  readonly #vendors = new Map<number, VendorDefinition>()
  readonly #tree = new NameTree()

  addVendor(name: string, number: number, format: VendorFormat | undefined): Problem {
    const before = this.#tree.vendorNumber(name)
    if (before !== undefined && before !== number) return 'this vendor has another number already'
    const known = this.#vendors.get(number)
    const vendor = { name, number, format: format ?? known?.format ?? vendorFormatOf(number) }
    this.#vendors.set(number, vendor)
    this.#tree.addVendor(name, number)
    return undefined
  }

  /** A name that something else has elsewhere is known with what it is inside of, and comes back `isShadowed`. */
  addAttribute(
    attribute: NewAttribute,
  ): { readonly draft: Draft; readonly isShadowed: boolean } | { readonly problem: string } {
    const { name: shortName, path } = attribute
    const parent = path.slice(0, -1)
    const key = pathKey(path)
    const sibling = this.#tree.child(parent, shortName)
    if (sibling !== undefined && pathKey(sibling) !== key) {
      return { problem: 'an attribute of this name has another number already' }
    }
    const namesake = this.#byName.get(shortName.toLowerCase())
    const isShadowed = namesake !== undefined && pathKey(namesake.path) !== key
    const name = isShadowed ? this.#fullName(parent, shortName) : shortName
    const before = this.#byName.get(name.toLowerCase())
    const draft = { ...refine(attribute, before), name, shortName }
    this.#tree.add(parent, shortName, path)
    this.#byName.set(name.toLowerCase(), draft)
    // The number of an internal attribute may be that of another one on the wire.
    if (!draft.internal) this.#byPath.set(key, draft)
    return { draft, isShadowed }
  }

  addEnum(name: string, dataType: AttributeDefinition['dataType']): ValueNames {
    const names: ValueNames = { dataType, valueNamed: new Map(), nameOf: new Map() }
    this.#enums.set(name.toLowerCase(), names)
    return names
  }

  /** False where the root has this name for something else. */
  addAlias(name: string, scope: readonly number[], path: readonly number[]): boolean {
    const target = this.#byPath.get(pathKey(path))
    const namesake = this.find(name)
    if (scope.length === 0 && target !== undefined) {
      if (namesake !== undefined) return pathKey(namesake.path) === pathKey(path)
      this.#aliases.set(name.toLowerCase(), target)
    }
    if (this.#tree.child(scope, name) === undefined) this.#tree.add(scope, name, path)
    return true
  }

  findVendor(name: string): VendorDefinition | undefined {
    return this.#vendors.get(this.#tree.vendorNumber(name) ?? -1)
  }

  hasVendor(number: number): boolean {
    return this.#vendors.has(number)
  }

  resolve(reference: string, scope: readonly number[]): readonly number[] | undefined {
    return this.#tree.resolve(reference, scope) ?? this.#byName.get(reference.toLowerCase())?.path
  }

  findByPath(path: readonly number[]): Draft | undefined {
    return this.#byPath.get(pathKey(path))
  }

  /** An attribute by its name alone, or from `scope` on. */
  findNear(reference: string, scope: readonly number[]): Draft | undefined {
    const path = this.#tree.resolve(reference, scope)
    return (path && this.findByPath(path)) ?? this.find(reference)
  }

  find(name: string): Draft | undefined {
    const key = name.toLowerCase()
    const named = this.#byName.get(key) ?? this.#aliases.get(key)
    if (named !== undefined || !name.includes('.')) return named
    const path = this.#tree.resolve(name, [])
    return path && this.findByPath(path)
  }

  findValues(reference: string, scope: readonly number[]): ValueNames | undefined {
    const isNamed = this.#enums.get(reference.replace(/^@?\.*/, '').toLowerCase())
    return isNamed ?? this.findNear(reference, scope)
  }

  /** Everything inside of a TLV. */
  inside(path: readonly number[]): readonly Draft[] {
    const prefix = `${pathKey(path)}.`
    return [...this.#byPath].filter(([key]) => key.startsWith(prefix)).map(([, draft]) => draft)
  }

  build(skipped: Skipped): Definitions {
    return {
      find: (name) => this.find(name),
      names: [...this.#byName.values()].map(({ name }) => name),
      attributesByPath: this.#byPath,
      vendors: this.#vendors,
      skipped,
    }
  }

  #fullName(parent: readonly number[], name: string): string {
    const names = [name]
    for (let path = parent; path.length > 0; path = path.slice(0, -1)) {
      const vendor = this.#tree.vendorNameOf(path)
      const above = vendor ?? this.#byPath.get(pathKey(path))?.shortName
      if (above !== undefined) names.unshift(above)
      // `Cisco.NAS-Port` is found without Vendor-Specific in front.
      if (vendor !== undefined && path.length === 2) break
    }
    return names.join('.')
  }
}

/**
 * Files name an attribute again to refine it; its values stay. One that says nothing about a cipher or a tag does not
 * take them away: plain dictionaries, such as those of radiusclient, cannot say it, and a password would go out in
 * clear text.
 */
function refine(attribute: NewAttribute, before: Draft | undefined): NewAttribute & ValueNames {
  if (before === undefined) return { ...attribute, valueNamed: new Map(), nameOf: new Map() }
  const { valueNamed, nameOf } = before
  return {
    ...{ ...attribute, valueNamed, nameOf },
    tagged: attribute.tagged || before.tagged,
    encryption: attribute.encryption ?? before.encryption,
    concat: attribute.concat || before.concat,
  }
}

/** As nearly all VALUE lines have it; the conversion to bytes takes ten times as long. */
function plainNumber(dataType: DataType, text: string): number | undefined {
  const isSmall = dataType === 'integer' && text.length < 10 && /^\d+$/.test(text)
  return isSmall ? Number(text) : undefined
}

function readValue(dataType: DataType, text: string): ScalarValue | undefined {
  const bytes = encodeScalar({ dataType, tagged: false }, text)
  return bytes && decodeValue(dataType, bytes)
}

/** Gives a value a name. False where the value does not fit the type. */
export function addValue(values: ValueNames, name: string, text: string): boolean {
  const { dataType, valueNamed, nameOf } = values
  const value = plainNumber(dataType, text) ?? readValue(dataType, text)
  if (value === undefined) return false
  valueNamed.set(name.toLowerCase(), text)
  if (!nameOf.has(value)) nameOf.set(value, name)
  return true
}
