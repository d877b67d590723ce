using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Daemon;

/// <summary>Compares SAs of two policies; keys in constant time.</summary>
internal static class SameAssociation
{
    /// <summary>Whether the SAs that run do what the others say; which traffic is theirs is the rules' business and may differ.</summary>
    public static bool Serve(IReadOnlyList<SaModel> running, IReadOnlyList<SaModel> wanted) =>
        running.Count == wanted.Count && running.Zip(wanted).All(pair => Serves(pair.First, pair.Second));

    /// <summary>Whether two SAs would use numbers under one key.</summary>
    public static bool ShareKey(SaModel first, SaModel second) =>
        AreEqual(first.Keys.Encryption, second.Keys.Encryption) && AreEqual(first.Keys.Integrity, second.Keys.Integrity);

    /// <summary>Whether two outbound SAs are the same for the peer: protocol, SPI and endpoints.</summary>
    public static bool AreOne(SaModel first, SaModel second) =>
        (first.Protocol, first.Spi, first.Local, first.Remote) == (second.Protocol, second.Spi, second.Local, second.Remote);

    private static bool Serves(SaModel running, SaModel wanted) =>
        running with { Keys = wanted.Keys, Selectors = wanted.Selectors, InitialSequence = wanted.InitialSequence } == wanted && ShareKey(running, wanted);

    private static bool AreEqual(SecretBytes first, SecretBytes second) => CryptographicOperations.FixedTimeEquals(first.Reveal(), second.Reveal());
}
