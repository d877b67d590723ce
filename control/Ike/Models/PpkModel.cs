using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Models;

/// <summary>A post-quantum preshared key (RFC 8784).</summary>
/// <param name="Name">PPK_ID, which both ends know it by.</param>
/// <param name="Key">The key; the model's owner zeroes it.</param>
/// <param name="IsRequired">Whether an IKE SA without it is refused.</param>
public sealed record PpkModel(string Name, SecretBytes Key, bool IsRequired)
{
    /// <summary>Whether two are the same read again, or both are missing; keys are compared in constant time.</summary>
    public static bool AreSame(PpkModel? one, PpkModel? two) =>
        one is null || two is null ? one == two : one.Name == two.Name && one.IsRequired == two.IsRequired && CryptographicOperations.FixedTimeEquals(one.Key.Reveal(), two.Key.Reveal());
}
