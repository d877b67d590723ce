using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike;

/// <summary>Bodies and messages in hexadecimal, read.</summary>
internal static class Reading
{
    /// <summary>The fault a body is refused with; none when it is read.</summary>
    public static IkeFault FaultOf(PayloadType type, string hex) => FaultOf(type, Convert.FromHexString(hex));

    /// <summary>The fault a body is refused with; none when it is read.</summary>
    public static IkeFault FaultOf(PayloadType type, byte[] body)
    {
        var isRead = PayloadParser.TryRead(new PayloadFrame(type, PayloadType.None, false, 0, body), out var payload, out var failure);
        Assert.Equal(isRead, payload is not null);
        Assert.Equal(isRead, failure.Fault == IkeFault.None);
        return failure.Fault;
    }

    /// <summary>A body that has to be read.</summary>
    public static T Body<T>(PayloadType type, string hex)
        where T : IkePayload
    {
        Assert.True(PayloadParser.TryRead(new PayloadFrame(type, PayloadType.None, false, 0, Convert.FromHexString(hex)), out var payload, out var failure), failure.ToString());
        return Assert.IsAssignableFrom<T>(payload);
    }

    /// <summary>A message that has to be read.</summary>
    public static IkeMessage Message(ReadOnlySpan<byte> datagram)
    {
        Assert.True(IkeMessage.TryRead(datagram, out var message, out var failure), failure.ToString());
        return message;
    }

    /// <summary>The failure a message is refused with; none when it is read.</summary>
    public static IkeFailure FailureOf(ReadOnlySpan<byte> datagram)
    {
        IkeMessage.TryRead(datagram, out var message, out var failure);
        Assert.Equal(message is null, failure.Fault != IkeFault.None);
        return failure;
    }

    /// <summary>A datagram of an IKE_SA_INIT request around a chain.</summary>
    public static byte[] Datagram(PayloadType first, params ReadOnlySpan<byte> chain)
    {
        byte[] datagram = [1, 2, 3, 4, 5, 6, 7, 8, .. new byte[8], (byte)first, 0x20, 34, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, .. chain];
        (datagram[26], datagram[27]) = ((byte)(datagram.Length >> 8), (byte)datagram.Length);
        return datagram;
    }
}
