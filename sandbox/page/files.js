// Brings a file of the person's device into the workspace, without posting it yet.
import { api, Refused } from "./api.js";

const MOST = 20_000_000;

/** The stored file (Slack's file object); raises Refused with a sentence. */
export async function upload(user, file) {
  if (file.size > MOST) throw new Refused(`${file.name} is larger than 20 MB.`);
  const answer = await api.person(user, "upload", { name: file.name, content: await base64(file) });
  if (!answer.ok) throw new Refused(answer.shown || `${file.name} could not be added.`);
  return answer.file;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(new Refused(`${file.name} could not be read.`)));
    reader.readAsDataURL(file);
  });
}
