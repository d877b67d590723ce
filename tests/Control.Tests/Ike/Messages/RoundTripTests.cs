using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.TestKit.Packets;

namespace Control.Tests.Ike.Messages;

public sealed class RoundTripTests
{
    private const byte Unwritten = 0xA5;

    public static TheoryData<string> MessageNames => [.. IkeSeeds.Messages().Select(seed => seed.Name)];

    public static TheoryData<string> PayloadNames => [.. IkeSeeds.Payloads().Select(seed => seed.Name)];

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Message_WrittenIntoAUsedBuffer_IsReadAsItWas(string name)
    {
        var message = IkeSeeds.Messages().Single(seed => seed.Name == name).Message;
        var (clean, used) = (new byte[message.Header.Length + 8], new byte[message.Header.Length + 8]);
        used.AsSpan().Fill(Unwritten);

        Assert.True(message.TryWrite(used, out var written));
        Assert.True(message.TryWrite(clean, out _));

        Assert.Equal(clean[..written], used[..written]);
        Assert.Equal(-1, used.AsSpan(written).IndexOfAnyExcept(Unwritten));
        Assert.Equal(message, Reading.Message(used.AsSpan(0, written)));
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Message_RoomOneOctetShort_IsNotWritten(string name)
    {
        var message = IkeSeeds.Messages().Single(seed => seed.Name == name).Message;
        var room = new byte[message.Header.Length - 1];

        Assert.False(message.TryWrite(room, out var written));

        Assert.Equal(0, written);
        Assert.Equal(-1, room.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [MemberData(nameof(PayloadNames))]
    public void Payload_WrittenIntoAUsedBuffer_IsReadAsItWas(string name)
    {
        foreach (var (_, payload) in IkeSeeds.Payloads().Where(seed => seed.Name == name))
        {
            var body = new byte[payload.BodyLength];
            body.AsSpan().Fill(Unwritten);
            payload.WriteBody(body);

            var next = payload is EncryptedFragmentPayload fragment ? fragment.FirstInner : PayloadType.None;
            Assert.True(PayloadParser.TryRead(new PayloadFrame(payload.Type, next, false, 0, body), out var again, out var failure), failure.ToString());
            Assert.Equal(payload, again);
        }
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Message_Truncated_IsRefused(string name)
    {
        var octets = IkeSeeds.Messages().Single(seed => seed.Name == name).Message.ToArray();
        foreach (var truncated in Damage.Truncations(octets))
        {
            Assert.False(IpsecDp.Ike.Messages.IkeMessage.TryRead(truncated, out _, out _));
            if (truncated.Length >= 28)
            {
                // With a header that admits the length, the chain is what refuses.
                (truncated[24], truncated[25], truncated[26], truncated[27]) = (0, 0, (byte)(truncated.Length >> 8), (byte)truncated.Length);
                Assert.False(IpsecDp.Ike.Messages.IkeMessage.TryRead(truncated, out _, out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Message_AnyBitTurned_IsRefusedOrIsAnotherMessageThatStandsByItself(string name)
    {
        var octets = IkeSeeds.Messages().Single(seed => seed.Name == name).Message.ToArray();
        foreach (var changed in Damage.BitChanges(octets))
        {
            if (IpsecDp.Ike.Messages.IkeMessage.TryRead(changed, out var message, out var failure))
            {
                Assert.Equal(message, Reading.Message(message.ToArray()));
            }
            else
            {
                Assert.NotEqual(IpsecDp.Ike.Messages.Failures.IkeFault.None, failure.Fault);
            }
        }
    }
}
