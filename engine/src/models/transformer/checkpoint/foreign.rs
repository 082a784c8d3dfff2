//! Files of other kinds under a checkpoint's name, told by their first bytes.

use super::CheckpointError;

/// The kind of a file that could not be split into header and numbers; `None` when it is none that is known.
pub(super) fn kind(bytes: &[u8]) -> Option<CheckpointError> {
    // A zip: as a length this would be at least 67 MB.
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(CheckpointError::Torch);
    }
    // A length of up to 4 GB: a damaged file of ours, which may begin with any four bytes.
    if bytes.get(4..8) == Some(&[0; 4]) {
        return None;
    }
    if matches!(bytes, [0x80, 2..=5, ..]) {
        return Some(CheckpointError::Torch);
    }
    let (found, remedy) = if bytes.starts_with(b"version https://git-lfs") {
        (
            "a pointer of Git LFS, which stands for a file that was not fetched",
            "run git lfs pull, or download the file itself",
        )
    } else if bytes.starts_with(b"GGUF") {
        (
            "a GGUF file",
            "save the weights with safetensors.torch.save_file",
        )
    } else if bytes.starts_with(b"\x89HDF") {
        (
            "an HDF5 file",
            "save the weights with safetensors.torch.save_file",
        )
    } else if bytes.starts_with(b"\x93NUMPY") {
        (
            "a NumPy file",
            "save the weights with safetensors.torch.save_file",
        )
    } else {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match text.trim_ascii_start() {
            [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..] => (
                "a web page, such as a server sends with an error",
                "download the file itself",
            ),
            [b'{' | b'[', ..] => (
                "a text in JSON, such as a server sends with an error",
                "download the file itself",
            ),
            _ => return None,
        }
    };
    Some(CheckpointError::Foreign { found, remedy })
}
