using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Vectors;

/// <summary>An AH packet from elsewhere: the octets as they are authenticated (mutable fields and ICV zeroed), and the ICV field.</summary>
public sealed record AhVector(string Name, IntegrityAlgorithm Algorithm, byte[] Key, byte[] Octets, byte[] Icv);
