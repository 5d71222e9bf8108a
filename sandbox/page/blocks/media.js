// Pictures, videos and files.
import { el, link, own, safeUrl } from "../dom.js";
import { icon } from "../icons.js";
import { plain, textObject, words } from "../text.js";

/** The address of an image: a public one, or a file of the workspace by the sandbox's own route. */
export function imageAddress(image) {
  const file = image.slack_file;
  if (file?.id) return `/sandbox/files/${encodeURIComponent(file.id)}`;
  const address = image.image_url ?? file?.url ?? "";
  const own = /\/files(?:-pri)?\/(?:T\w+-)?(F\w+)/.exec(address);
  if (own) return `/sandbox/files/${own[1]}`;
  return safeUrl(address);
}

function picture(image, css) {
  const img = el("img", {
    class: css,
    src: imageAddress(image) ?? undefined,
    alt: image.alt_text ?? "",
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });
  img.addEventListener(
    "error",
    () =>
      img.replaceWith(
        el("span", { class: "broken-image" }, icon("file"), image.alt_text || "This picture could not be loaded."),
      ),
    { once: true },
  );
  return img;
}

/** An image beside a section or in a context line. */
export function imageElement(image) {
  return picture(image, "thumb");
}

/** A picture of a line's height, beside a name that says the same. */
export function smallIcon(address) {
  const src = safeUrl(address);
  const img = el("img", { class: "line-icon", src: src ?? undefined, alt: "", referrerpolicy: "no-referrer" });
  img.addEventListener("error", () => img.remove(), { once: true });
  return src ? img : null;
}

export function imageBlock(block) {
  const title = words(block.title);
  const body = picture(block, "picture");
  if (!title) return el("div", { class: "block-image" }, body);
  return el("details", { class: "block-image", open: true }, el("summary", {}, plain(block.title.text)), body);
}

export function videoBlock(block, surface) {
  const address = safeUrl(block.title_url ?? block.video_url);
  return el(
    "div",
    { class: "block-video" },
    el(
      "div",
      { class: "video-head" },
      block.provider_name || block.author_name
        ? el(
            "div",
            { class: "quiet" },
            block.provider_icon_url ? smallIcon(block.provider_icon_url) : null,
            own([block.provider_name, block.author_name].filter(Boolean).join(" · ")),
          )
        : null,
      el(
        "strong",
        {},
        block.title_url
          ? link(block.title_url, textObject(block.title, surface.world))
          : textObject(block.title, surface.world),
      ),
      block.description ? el("div", {}, textObject(block.description, surface.world)) : null,
    ),
    el(
      "a",
      {
        class: "video-still",
        href: address ?? undefined,
        target: "_blank",
        rel: "noopener noreferrer nofollow",
        aria: { label: `Play ${words(block.title)}` },
      },
      picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "picture"),
      el("span", { class: "video-play" }, "▶"),
    ),
  );
}

/** A file as it hangs on a message. */
export function fileCard(file) {
  const address = `/sandbox/files/${encodeURIComponent(file.id)}`;
  const name = file.title || file.name || file.id;
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype ?? "")) {
    return el(
      "figure",
      { class: "file-picture" },
      el("figcaption", { dir: "auto" }, el("a", { href: address, download: file.name ?? name }, name)),
      picture({ image_url: address, slack_file: { id: file.id }, alt_text: file.alt_txt || name }, "picture"),
    );
  }
  return el(
    "a",
    { class: "file-card", href: address, download: file.name ?? name },
    icon("file"),
    el(
      "span",
      {},
      el("strong", { dir: "auto" }, name),
      el(
        "span",
        { class: "quiet" },
        [file.pretty_type || file.filetype, sizeWords(file.size)].filter(Boolean).join(" · "),
      ),
    ),
  );
}

export function sizeWords(bytes) {
  if (typeof bytes !== "number") return "";
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function fileBlock(block) {
  return el(
    "div",
    { class: "file-card" },
    icon("file"),
    el("span", {}, el("strong", {}, "Remote file"), el("span", { class: "quiet" }, block.external_id ?? "")),
  );
}
