using IpsecDp.Crypto.Secrets;

namespace Control.Tests.Ike;

/// <summary>A secret as a test compares it.</summary>
internal static class SecretReading
{
    public static byte[] Octets(this SecretBytes secret) => secret.Reveal().ToArray();
}
