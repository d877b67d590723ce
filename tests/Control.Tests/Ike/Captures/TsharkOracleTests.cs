using System.ComponentModel;
using System.Globalization;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.Captures;

/// <summary>What Wireshark's dissector says of a capture, beside what we say.</summary>
public sealed class TsharkOracleTests
{
    // Wireshark counts proposals and transforms as payloads.
    private const int ProposalNumber = 2;
    private const int TransformNumber = 3;

    private static readonly string[] Fields =
    [
        "isakmp.ispi", "isakmp.rspi", "isakmp.exchangetype", "isakmp.messageid", "isakmp.length", "isakmp.flags", "isakmp.typepayload",
        "isakmp.notify.msgtype", "isakmp.tf.type", "isakmp.key_exchange.dh_group",
    ];

    public static TheoryData<string, int> Captures => IkeCapture.OfVersion2;

    [Theory]
    [MemberData(nameof(Captures))]
    public void Message_OfACapture_IsWhatTsharkSays(string file, int count)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        Assert.SkipUnless(HasTshark(), "needs tshark");
        string[] arguments = ["-n", "-r", VectorFolder.Published(file), "-Y", "isakmp.version == 0x20", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", .. Fields.SelectMany(field => (string[])["-e", field])];
        var rows = Shell.Run("tshark", arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(count, rows.Length);
        Assert.Equal(rows, IkeCapture.ReadVersion2(file).Select(datagram => Row(Reading.Message(datagram))));
    }

    private static string Row(IkeMessage message)
    {
        var header = message.Header;
        var transforms = message.All<SaPayload>().SelectMany(sa => sa.Proposals).SelectMany(proposal => proposal.Transforms).Select(transform => (int)transform.Type);
        return string.Create(CultureInfo.InvariantCulture, $"{header.InitiatorSpi:x16}|{header.ResponderSpi:x16}|{(int)header.Exchange}|0x{header.MessageId:x8}|{header.Length}|0x{header.Flags:x2}")
            + $"|{Join(message.Payloads.SelectMany(Numbers))}|{Join(message.All<NotifyPayload>().Select(notify => (int)notify.Notify))}|{Join(transforms)}|{Join(message.All<KeyExchangePayload>().Select(exchange => (int)exchange.Method))}";
    }

    private static IEnumerable<int> Numbers(IkePayload payload) => payload is SaPayload sa
        ? [(int)payload.Type, .. sa.Proposals.SelectMany(proposal => (int[])[ProposalNumber, .. proposal.Transforms.Select(_ => TransformNumber)])]
        : [(int)payload.Type];

    private static string Join(IEnumerable<int> numbers) => string.Join(',', numbers);

    private static bool HasTshark()
    {
        try
        {
            return Shell.Run("tshark", "--version").Length > 0;
        }
        catch (Win32Exception)
        {
            // No program of that name.
            return false;
        }
    }
}
