using System.Security.Cryptography;
using IpsecDp.Crypto.Platform;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Whether <see cref="AesGcm"/> can be asked at all.</summary>
internal static class GcmOracle
{
    /// <summary>Skips a test whose key length the system's library refuses.</summary>
    public static void Require(int bits) => Assert.SkipUnless(GcmAvailability.Has(bits), $"the system's library does not implement AES-GCM with keys of {bits} bits");
}
