/** The software bill of materials: CycloneDX 1.6, in JSON, of what is published and all that comes along with it. */
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library"
import { productionOf, versionIn, type Locked } from "../packages/lockfile.ts"

const NATIVE_OF = "@event-manager/cli"
const RUNTIME = "bun"

/** The same bytes for the same lockfile: no time, and nothing of the machine. */
export function sbomOf(root: string, version: string): string {
  const product = new Models.Component(Enums.ComponentType.Application, "event-manager", {
    version,
    bomRef: "event-manager",
    licenses: new Models.LicenseRepository([new Models.SpdxLicense("Apache-2.0")]),
  })
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: product }) })
  const locked = productionOf(root)
  // One version of a package may stand in two places, and is one component all the same.
  const components = new Map([...locked.values()].map((each) => [purlOf(each), componentOf(each)]))
  for (const each of locked.values()) {
    const component = components.get(purlOf(each))
    for (const path of each.needs) {
      const need = locked.get(path)
      if (need !== undefined) component?.dependencies.add(components.get(purlOf(need))?.bomRef ?? product.bomRef)
    }
    if (component !== undefined && isOurs(each)) product.dependencies.add(component.bomRef)
  }
  const runtime = componentOf(runtimeOf(root), Enums.ComponentType.Platform)
  for (const each of [...components.values(), runtime]) bom.components.add(each)
  const cli = [...locked.values()].find(({ name }) => name === NATIVE_OF)
  if (cli !== undefined) components.get(purlOf(cli))?.dependencies.add(runtime.bomRef)
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

function isOurs({ path }: Locked): boolean {
  return !path.startsWith("node_modules/")
}

/** It is within the native client, and in no package that npm installs for it. */
function runtimeOf(root: string): Locked {
  const path = `node_modules/${RUNTIME}`
  return { path, name: RUNTIME, version: versionIn(root, RUNTIME), license: "MIT", sha512: undefined, needs: [] }
}

function componentOf(locked: Locked, type = Enums.ComponentType.Library): Models.Component {
  const { name, version, license, sha512 } = locked
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name]
  const hashes = sha512 === undefined ? [] : [[Enums.HashAlgorithm["SHA-512"], hexOf(sha512)] as const]
  return new Models.Component(type, short ?? name, {
    ...(group === undefined ? {} : { group }),
    version,
    bomRef: purlOf(locked),
    purl: purlOf(locked),
    hashes: new Models.HashDictionary(hashes),
    licenses: new Models.LicenseRepository(license === undefined ? [] : [licenseOf(license)]),
  })
}

function licenseOf(license: string): Models.SpdxLicense | Models.LicenseExpression {
  return /[ ()]/.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license)
}

function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex")
}

/** Package URL, type npm: the at sign of a scope is encoded. */
function purlOf({ name, version }: Locked): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`
}
