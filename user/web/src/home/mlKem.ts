/* HPKE's hybrid KEM for browsers without ML-KEM or X25519. Loaded only there. */
import { KEM_MLKEM768_X25519 } from "@panva/hpke-noble"
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256 } from "hpke"

export const hpke = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
