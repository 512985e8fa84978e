import { isExtended, isLongExtended } from '../../attributes/extended.ts'
import { extendedVendorSpecific } from '../../attributes/wire-values.ts'
import { attributeType } from '../../numbers.ts'
import { pathKey } from '../definition.ts'
import { readNumber } from '../line.ts'

/**
 * Names below names, as FreeRADIUS 4 has them: `Vendor-Specific.Cisco.AVPair`, `Cisco.AVPair`, `26.9.1`. The
 * long names of version 3 (`Cisco-AVPair`) answer to the short ones too. Ignores case.
 */
export class NameTree {
  readonly #children = new Map<string, Map<string, readonly number[]>>()
  readonly #vendors = new Map<string, number>()
  readonly #vendorNames = new Map<number, string>()

  addVendor(name: string, number: number): void {
    this.#vendors.set(name.toLowerCase(), number)
    this.#vendorNames.set(number, name)
  }

  vendorNumber(name: string): number | undefined {
    return this.#vendors.get(name.toLowerCase())
  }

  add(parent: readonly number[], name: string, path: readonly number[]): void {
    const key = pathKey(parent)
    const siblings = this.#children.get(key) ?? new Map<string, readonly number[]>()
    this.#children.set(key, siblings)
    siblings.set(name.toLowerCase(), path)
  }

  child(parent: readonly number[], name: string): readonly number[] | undefined {
    return this.#children.get(pathKey(parent))?.get(name.toLowerCase())
  }

  /**
   * The path of a reference in `scope`: `Name` there or further out, `.Name` only there, `..Name` one up,
   * `@.Name` from the top.
   */
  resolve(reference: string, scope: readonly number[]): readonly number[] | undefined {
    const [, dots = '', names = ''] = /^(@?\.*)(.*)$/s.exec(reference) ?? []
    if (names === '' || dots === '@') return undefined
    const parts = names.split('.')
    if (dots.startsWith('@')) return this.#walk([], parts)
    if (dots !== '') return this.#walk(scope.slice(0, scope.length + 1 - dots.length), parts)
    for (let depth = scope.length; depth >= 0; depth--) {
      const found = this.#walk(scope.slice(0, depth), parts)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The name of the vendor whose attributes are right below the path. */
  vendorNameOf(path: readonly number[]): string | undefined {
    const number = path.at(-1)
    return number !== undefined && holdsVendors(path.slice(0, -1))
      ? this.#vendorNames.get(number)
      : undefined
  }

  #walk(from: readonly number[], parts: readonly string[]): readonly number[] | undefined {
    let path: readonly number[] | undefined = from
    for (const part of parts) path = path && this.#step(path, part)
    return path
  }

  #step(path: readonly number[], part: string): readonly number[] | undefined {
    const number = readNumber(part)
    if (number !== undefined) return [...path, number]
    const child = this.child(path, part)
    if (child !== undefined) return child
    const vendor = this.vendorNumber(part)
    if (holdsVendors(path)) return vendor === undefined ? undefined : [...path, vendor]
    const vendorName = this.vendorNameOf(path)
    if (vendorName !== undefined) return this.child(path, `${vendorName}-${part}`)
    if (path.length > 1) return undefined
    if (part.toLowerCase() === 'vendor-specific') {
      const [type] = path
      return type === undefined ? [attributeType.VendorSpecific] : [type, extendedVendorSpecific]
    }
    if (path.length === 1 || vendor === undefined) return undefined
    return [attributeType.VendorSpecific, vendor]
  }
}

/** Vendor-Specific, and those of RFC 6929. */
export function holdsVendors([type = 0, second, ...more]: readonly number[]): boolean {
  if (more.length > 0) return false
  if (second === undefined) return type === attributeType.VendorSpecific
  return second === extendedVendorSpecific && (isExtended(type) || isLongExtended(type))
}
