/** What the panel and the extension send each other. */

/** What is at the cursor, in words too. */
export interface Here {
  readonly node: string;
  readonly edges: readonly number[];
  readonly what: string;
  readonly name: string;
  readonly details: readonly string[];
  readonly connections: readonly string[];
}

export type ToPanel =
  | { readonly kind: "busy" }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "here"; readonly here: Here | null; readonly file: string }
  | {
      readonly kind: "picture";
      readonly svg: string;
      readonly style: { readonly shapes: string; readonly light: string; readonly dark: string };
    };

export type FromPanel = { readonly kind: "ready" } | { readonly kind: "open"; readonly node: string };
