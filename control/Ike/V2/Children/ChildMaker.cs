using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Children;

/// <summary>From terms and secrets to a child with its keys (RFC 7296 §2.17).</summary>
internal static class ChildMaker
{
    /// <summary>Whether the data plane has what was agreed.</summary>
    public static bool IsUsable(Agreement agreement) => agreement.Protocol == ProtocolId.Ah
        ? ChildSuites.TryMap(agreement, out IntegrityAlgorithm _)
        : ChildSuites.TryMap(agreement, out CipherSuite _);

    /// <summary>Makes the child, to replace <paramref name="former"/> where there is one; <paramref name="shared"/> is there with forward secrecy only, <paramref name="further"/> with further key exchanges, and all are zeroed by their owner.</summary>
    public static LiveChild Make(PeerSession session, IkeSaV2 sa, ChildTerms terms, NoncePair nonces, SecretBytes? shared, IReadOnlyList<SecretBytes> further, LiveChild? former, in IkeTurn turn)
    {
        CipherSuite? suite = null;
        var integrity = IntegrityAlgorithm.None;
        ChildKeyLengths lengths;
        if (terms.Agreement.Protocol == ProtocolId.Ah)
        {
            ChildSuites.TryMap(terms.Agreement, out integrity);
            lengths = new(0, CipherSuite.KeyLengthOf(integrity));
        }
        else
        {
            ChildSuites.TryMap(terms.Agreement, out CipherSuite mapped);
            suite = mapped;
            lengths = ChildKeyLengths.Of(mapped);
        }

        var keys = ChildKeys.Derive(sa.Protection!.Suite.Prf, sa.Protection.Keys.Derivation, nonces, lengths, shared, further);
        var child = new ChildSa
        {
            Connection = session.Connection.Name,
            Model = terms.Model,
            Protocol = terms.Agreement.Protocol,
            InboundSpi = terms.InboundSpi,
            OutboundSpi = BinaryPrimitives.ReadUInt32BigEndian(terms.Agreement.PeerSpi.Span),
            Suite = suite,
            Integrity = integrity,
            InboundKeys = terms.IsInitiator ? keys.FromResponder : keys.FromInitiator,
            OutboundKeys = terms.IsInitiator ? keys.FromInitiator : keys.FromResponder,
            IsTransport = terms.IsTransport,
            HasExtendedNumbers = terms.Agreement.HasExtendedNumbers,
            Selectors = terms.Selectors.ToTrafficSelectors(),
            Path = sa.Path,
            IsEncapsulated = session.Nat.IsAny || terms.Model.ForcesEncapsulation,
            TakesPadding = terms.TakesPadding,
            TakesLaterFragments = terms.TakesLaterFragments,
            OriginalAddresses = terms.Natted is { } natted ? (natted.Local, natted.Remote) : null,
        };
        return new(child, terms.Selectors, Lower(nonces.Initiator.Span, nonces.Responder.Span), RekeyTime(terms.Model.Lifetime, turn), ExpireTime(terms.Model.Lifetime, turn), former)
        {
            EndAt = former is not null ? former.EndAt : session.EndOf(terms.Model, turn),
        };
    }

    /// <summary>The lower of two nonces, compared octet by octet from the front (RFC 7296 §2.8.1).</summary>
    public static Octets Lower(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two) => new(one.SequenceCompareTo(two) <= 0 ? one : two);

    /// <summary>When an SA of that life is replaced; null for never.</summary>
    public static DateTimeOffset? RekeyTime(Models.LifetimeModel lifetime, in IkeTurn turn) => lifetime.RekeyAge(turn.Entropy) is { } age ? turn.Now + age : null;

    /// <summary>When an SA of that life ends; null for never.</summary>
    public static DateTimeOffset? ExpireTime(Models.LifetimeModel lifetime, in IkeTurn turn) => lifetime.Hard > TimeSpan.Zero ? turn.Now + lifetime.Hard : null;
}
