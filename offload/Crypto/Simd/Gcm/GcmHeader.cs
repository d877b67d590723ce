using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>What GCM needs of a packet beside its text: salt and IV with a zero counter lane, and the AAD of 8 or 12 octets with zeros behind (RFC 4106 §4 and §5).</summary>
internal readonly record struct GcmHeader(Vector128<byte> Nonce, Vector128<byte> Aad, int AadLength);
