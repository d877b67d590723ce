using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages;

/// <summary>A message of IKEv2 as a value: in clear, or as it was before it was sealed and is after it was opened.</summary>
public sealed record IkeMessage
{
    /// <summary>A message; the header's first payload and length follow from the payloads.</summary>
    public IkeMessage(IkeHeader header, ValueList<IkePayload> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        Payloads = payloads;
        Header = header with { NextPayload = PayloadChain.FirstOf(payloads), Length = IkeHeader.WireLength + PayloadChain.LengthOf(payloads) };
    }

    /// <summary>The header, as of the message in clear.</summary>
    public IkeHeader Header { get; }

    /// <summary>The payloads in their order.</summary>
    public ValueList<IkePayload> Payloads { get; }

    /// <summary>Reads a message that is not sealed, or the outside of one that is; says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out IkeMessage? message, out IkeFailure failure)
    {
        message = null;
        if (!IkeHeader.TryRead(datagram, out var header, out failure))
        {
            return false;
        }

        if (header.MajorVersion != 2)
        {
            failure = new(IkeFault.OtherVersion, Detail: header.MajorVersion);
            return false;
        }

        if (!PayloadChain.TryRead(header.NextPayload, datagram[IkeHeader.WireLength..], isInside: false, out var payloads, out failure))
        {
            return false;
        }

        message = new(header, payloads);
        return true;
    }

    /// <summary>Writes the message in clear; false when it does not fit.</summary>
    public bool TryWrite(Span<byte> octets, out int written)
    {
        written = Header.Length <= octets.Length ? Header.Length : 0;
        if (written == 0)
        {
            return false;
        }

        Header.Write(octets);
        PayloadChain.Write(Payloads, octets[IkeHeader.WireLength..written]);
        return true;
    }

    /// <summary>The message in clear as octets of its own, as AUTH covers them (RFC 7296 §2.15).</summary>
    public byte[] ToArray()
    {
        var octets = new byte[Header.Length];
        TryWrite(octets, out _);
        return octets;
    }

    /// <summary>The first payload of a kind; null without any.</summary>
    public T? Find<T>()
        where T : IkePayload => Payloads.OfType<T>().FirstOrDefault();

    /// <summary>Every payload of a kind, in order.</summary>
    public IEnumerable<T> All<T>()
        where T : IkePayload => Payloads.OfType<T>();

    /// <summary>The identification of one side; null without it.</summary>
    public IdentificationPayload? FindIdentification(bool isInitiator) => All<IdentificationPayload>().FirstOrDefault(payload => payload.IsInitiator == isInitiator);

    /// <summary>The selectors of one side; null without them.</summary>
    public SelectorsPayload? FindSelectors(bool isInitiator) => All<SelectorsPayload>().FirstOrDefault(payload => payload.IsInitiator == isInitiator);

    /// <summary>The first notification of a type; null without any.</summary>
    public NotifyPayload? FindNotify(NotifyType type) => All<NotifyPayload>().FirstOrDefault(payload => payload.Notify == type);

    /// <summary>The first notification of an error; null without any.</summary>
    public NotifyPayload? FindError() => All<NotifyPayload>().FirstOrDefault(payload => payload.IsError);
}
