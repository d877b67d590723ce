using System.Diagnostics;
using System.Text.Json;
using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Negotiation;
using IpsecDp.TestKit.Interop;

namespace Control.Tests.Ike.Interop;

/// <summary>scapy writes and we read, we write and scapy reads.</summary>
public sealed class ScapyTests
{
    // scapy 2.5 has no layer for these, or reads them by rules of its own; behind a notification with an SPI it loses its place.
    private static readonly PayloadType[] Unread = [PayloadType.Configuration, PayloadType.CertificateRequest, PayloadType.Certificate, PayloadType.Delete];

    [Fact]
    public void Message_BuiltByScapy_IsReadWhole()
    {
        Assert.SkipUnless(ScapyPython.Hindrance is null, ScapyPython.Hindrance ?? "");
        var replies = Ask([new { build = "init" }, new { build = "notify" }]);
        var init = Reading.Message(Convert.FromHexString(replies[0].GetProperty("hex").GetString()!));
        var notify = Reading.Message(Convert.FromHexString(replies[1].GetProperty("hex").GetString()!));

        Assert.True(MandatoryPayloads.TryCheck(init, out var failure), failure.ToString());
        Assert.Equal("aes-256-cbc prf-hmac-sha2-256 hmac-sha2-256-128 ecp-256", string.Join(' ', init.Find<SaPayload>()!.Proposals[0].Transforms.Select(AlgorithmNames.Of)));
        Assert.Equal((19, 64), (init.Find<KeyExchangePayload>()!.Method, init.Find<KeyExchangePayload>()!.Value.Length));
        Assert.Equal(20, init.FindNotify(NotifyType.NatDetectionSourceIp)!.Data.Length);
        Assert.Equal((ushort)31, notify.FindNotify(NotifyType.InvalidKePayload)!.Word);
    }

    [Fact]
    public void Message_WrittenByUs_IsReadByScapyAsTheSamePayloads()
    {
        Assert.SkipUnless(ScapyPython.Hindrance is null, ScapyPython.Hindrance ?? "");
        var messages = IkeSeeds.Messages().Select(seed => seed.Message).Where(message => !message.Payloads.Any(payload => payload is UnknownPayload or NotifyPayload { Spi.IsEmpty: false } || Unread.Contains(payload.Type))).ToList();
        var replies = Ask(messages.Select(message => (object)new { read = Convert.ToHexString(message.ToArray()) }));

        Assert.True(messages.Count >= 8, $"{messages.Count} messages");
        foreach (var (message, reply) in messages.Zip(replies))
        {
            Assert.Equal((int)message.Header.Exchange, reply.GetProperty("exchange").GetInt32());
            Assert.Equal(message.Header.MessageId, reply.GetProperty("id").GetUInt32());
            Assert.Equal(message.Header.Length, reply.GetProperty("length").GetInt32());
            Assert.Equal(message.Payloads.Select(payload => (int)payload.Type), reply.GetProperty("payloads").EnumerateArray().Select(type => type.GetInt32()));
        }
    }

    private static List<JsonElement> Ask(IEnumerable<object> requests)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Ike", "Interop", "ike_scapy.py");
        using var process = Process.Start(new ProcessStartInfo(ScapyPython.Interpreter!, ["-B", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var reading = process.StandardOutput.ReadToEndAsync();
        foreach (var request in requests)
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        }

        process.StandardInput.Close();
        process.WaitForExit();
        var replies = reading.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(replies, reply => Assert.False(reply.TryGetProperty("failure", out var failure), failure.ToString()));
        return replies;
    }
}
