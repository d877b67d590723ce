using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.Crashes;

/// <summary>Tokens by which an end that lost its IKE SAs proves that it lost them (RFC 6290): an HMAC over both SPIs under a secret that outlives the process.</summary>
internal static class CrashTokens
{
    private static ReadOnlySpan<byte> Label => "QCD"u8;

    /// <summary>The notification of an IKE SA's token; nothing where this end makes none.</summary>
    public static IEnumerable<NotifyPayload> Of(IkeHost host, IkeSpis spis)
    {
        if (host.Model.CrashSecret is { } secret)
        {
            yield return new(ProtocolId.Ike, Octets.Empty, NotifyType.QuickCrashDetection, Make(secret, spis));
        }
    }

    /// <summary>The token for a sealed request of an IKE SA that is not here. RFC 6290 §9.1: whatever the request claims of its sender, none of an IKE SA that is.</summary>
    public static IEnumerable<NotifyPayload> OfLost(IkeHost host, in IkeHeader request)
    {
        var spis = new IkeSpis(request.InitiatorSpi, request.ResponderSpi);
        var isSealed = request.NextPayload is PayloadType.Encrypted or PayloadType.EncryptedFragment;
        return isSealed && spis.Responder != 0 && host.Index.Find(spis.Initiator)?.Spis != spis && host.Index.Find(spis.Responder)?.Spis != spis ? Of(host, spis) : [];
    }

    /// <summary>Keeps what a peer said, under protection, of its token for an IKE SA: a digest, so that nothing here could be sent in its name.</summary>
    public static void Keep(PeerSession session, IkeSaV2 sa, Octets? token)
    {
        if (session.Connection.TakesCrashTokens && token is { } told)
        {
            sa.PeerToken = SHA256.HashData(told.Span);
        }
    }

    /// <summary>Keeps the token of a message, where there is one.</summary>
    public static void Keep(PeerSession session, IkeSaV2 sa, IkeMessage message) => Keep(session, sa, message.FindNotify(NotifyType.QuickCrashDetection)?.Data);

    /// <summary>Whether any token of a message is the one the peer gave for the IKE SA; compared in constant time (RFC 6290 §4.5: any of several).</summary>
    public static bool Prove(IkeSaV2 sa, IkeMessage message)
    {
        var isProved = false;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var notify in message.All<NotifyPayload>())
        {
            if (notify.Notify == NotifyType.QuickCrashDetection)
            {
                SHA256.HashData(notify.Data.Span, digest);
                isProved |= CryptographicOperations.FixedTimeEquals(digest, sa.PeerToken);
            }
        }

        return isProved;
    }

    /// <summary>Whether two secrets make the same tokens.</summary>
    public static bool AreSame(SecretBytes? one, SecretBytes? other) => ReferenceEquals(one, other)
        || (one is not null && other is not null && CryptographicOperations.FixedTimeEquals(one.Reveal(), other.Reveal()));

    private static Octets Make(SecretBytes secret, IkeSpis spis)
    {
        Span<byte> input = stackalloc byte[3 + IkeSpis.Length];
        Label.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[3..], spis.Initiator);
        BinaryPrimitives.WriteUInt64BigEndian(input[11..], spis.Responder);
        Span<byte> token = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Reveal(), input, token);
        return new(token);
    }
}
