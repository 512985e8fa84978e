import { type VendorFormat, vendorFormatOf } from '../vendor.ts'
import {
  type AttributeDefinition,
  type Definitions,
  pathKey,
  type VendorDefinition,
} from './definition.ts'

type Draft = AttributeDefinition & {
  readonly numberOf: Map<string, number>
  readonly nameOf: Map<number, string>
}

/** What the builder says of a line it cannot take; the parser adds file and line. */
export type Problem = string | undefined

/**
 * Collects what the lines of dictionary files define. Methods give a sentence when a line contradicts
 * what is there already.
 */
export class DefinitionsBuilder {
  readonly #byName = new Map<string, Draft>()
  readonly #byPath = new Map<string, Draft>()
  readonly #vendors = new Map<number, VendorDefinition>()
  readonly #vendorsByName = new Map<string, VendorDefinition>()

  addVendor(name: string, number: number, format: VendorFormat | undefined): Problem {
    const before = this.#vendorsByName.get(name.toLowerCase())
    if (before !== undefined && before.number !== number) {
      return 'this vendor has another number already'
    }
    const known = this.#vendors.get(number)
    const vendor = { name, number, format: format ?? known?.format ?? vendorFormatOf(number) }
    this.#vendors.set(number, vendor)
    this.#vendorsByName.set(name.toLowerCase(), vendor)
    return undefined
  }

  addAttribute(definition: Omit<AttributeDefinition, 'numberOf' | 'nameOf'>): Problem {
    const key = definition.name.toLowerCase()
    const before = this.#byName.get(key)
    if (before !== undefined && pathKey(before.path) !== pathKey(definition.path)) {
      return 'an attribute of this name has another number already'
    }
    // Files name an attribute again to refine it; its values stay.
    const draft: Draft = {
      ...definition,
      numberOf: before?.numberOf ?? new Map(),
      nameOf: before?.nameOf ?? new Map(),
    }
    this.#byName.set(key, draft)
    this.#byPath.set(pathKey(draft.path), draft)
    return undefined
  }

  addValue(attributeName: string, name: string, number: number): Problem {
    const attribute = this.#byName.get(attributeName.toLowerCase())
    if (attribute === undefined) return 'no line defines the attribute of this VALUE'
    attribute.numberOf.set(name.toLowerCase(), number)
    if (!attribute.nameOf.has(number)) attribute.nameOf.set(number, name)
    return undefined
  }

  findVendor(name: string): VendorDefinition | undefined {
    return this.#vendorsByName.get(name.toLowerCase())
  }

  findAttribute(name: string): AttributeDefinition | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  /** Whether the attribute of this path is there and others can stand inside it. */
  holdsAttributes(path: readonly number[]): boolean {
    const dataType = this.#byPath.get(pathKey(path))?.dataType
    return dataType === 'tlv' || dataType === 'container'
  }

  build(): Definitions {
    return {
      attributesByName: this.#byName,
      attributesByPath: this.#byPath,
      vendors: this.#vendors,
    }
  }
}
