using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>Which key lengths of AES-GCM the system's library really has, tried once: some claim the mode and refuse a length when the first packet is sealed.</summary>
internal static class GcmAvailability
{
    private const int TagLength = 16;
    private const int NonceLength = 12;

    private static readonly bool Has128 = CanSeal(16);
    private static readonly bool Has192 = CanSeal(24);
    private static readonly bool Has256 = CanSeal(32);

    /// <summary>Whether keys of <paramref name="keyBits"/> bits can be used.</summary>
    public static bool Has(int keyBits) => keyBits switch
    {
        128 => Has128,
        192 => Has192,
        256 => Has256,
        _ => false,
    };

    private static bool CanSeal(int keyOctets)
    {
        if (!AesGcm.IsSupported)
        {
            return false;
        }

        try
        {
            using var cipher = new AesGcm(new byte[keyOctets], TagLength);
            cipher.Encrypt(new byte[NonceLength], new byte[1], new byte[1], new byte[TagLength]);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
