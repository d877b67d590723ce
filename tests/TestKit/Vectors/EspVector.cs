using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Vectors;

/// <summary>A whole ESP packet from elsewhere, from the SPI to the ICV; the payload with its trailer is given, or must make sense by its trailer.</summary>
public sealed record EspVector(string Name, CipherSuite Suite, byte[] EncryptionKey, byte[] IntegrityKey, bool IsExtended, ulong Sequence, byte[] Packet, byte[]? Payload = null);
