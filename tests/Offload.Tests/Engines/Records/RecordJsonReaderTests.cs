using System.Text;
using System.Text.Json.Nodes;
using IpsecDp.Engines.Records;

namespace Offload.Tests.Engines.Records;

/// <summary>Records as lines of JSON: what is written is read, and whatever else is refused by name.</summary>
public sealed class RecordJsonReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(64)]
    public void TryRead_WhatWasWritten_IsTheSame(int engines)
    {
        var written = RecordJson.Write(RecordScene.MadeUp(engines));

        Assert.Equal(RecordFault.None, RecordJsonReader.TryRead(written, out var read));
        Assert.Equal(Text(written), Text(RecordJson.Write(read!)));
    }

    // Schema 1 knew one cause less.
    [Theory]
    [InlineData(1, RecordFault.None)]
    [InlineData(2, RecordFault.WrongSection)]
    public void TryRead_WithoutTheLatestCause_IsOfTheFirstSchema(int schema, RecordFault fault)
    {
        var written = RecordJson.Write(RecordScene.MadeUp(causes: 5));
        var former = JsonNode.Parse(written.Span)!.AsObject();
        former["schema"] = schema;
        foreach (var entry in former["classes"]!.AsArray())
        {
            Assert.True(entry!["spilled"]!.AsObject().Remove("dearer"));
        }

        Assert.Equal(fault, RecordJsonReader.TryRead(Encoding.UTF8.GetBytes(former.ToJsonString()), out var read));
        Assert.Equal(fault == RecordFault.None ? Text(written) : null, read is null ? null : Text(RecordJson.Write(read)));
    }

    [Fact]
    public void TryRead_CutAnywhere_IsRefused()
    {
        var written = RecordJson.Write(RecordScene.MadeUp());
        for (var length = 0; length < written.Length; length++)
        {
            Assert.Equal(RecordFault.Foreign, RecordJsonReader.TryRead(written[..length], out var read));
            Assert.Null(read);
        }
    }

    [Theory]
    [InlineData("null", RecordFault.Foreign)]
    [InlineData("7", RecordFault.Foreign)]
    [InlineData("[]", RecordFault.Foreign)]
    [InlineData("{}", RecordFault.Foreign)]
    [InlineData("""{"schema":1}""", RecordFault.Foreign)]
    [InlineData("""{"schema":1,"schema":1,"serviceTimes":{},"controls":{}}""", RecordFault.Foreign)]
    [InlineData("""{"schema":0,"serviceTimes":{},"controls":{}}""", RecordFault.UnknownVersion)]
    [InlineData("""{"schema":3,"serviceTimes":{},"controls":{}}""", RecordFault.UnknownVersion)]
    [InlineData("""{"schema":"1","serviceTimes":{},"controls":{}}""", RecordFault.UnknownVersion)]
    [InlineData("""{"schema":1,"serviceTimes":{},"controls":{}}""", RecordFault.WrongSection)]
    public void TryRead_SomethingElse_IsRefusedByName(string line, RecordFault fault)
    {
        Assert.Equal(fault, RecordJsonReader.TryRead(Encoding.UTF8.GetBytes(line), out var read));
        Assert.Null(read);
    }

    [Theory]
    [InlineData("system", "\"TOOLONG\"", RecordFault.Impossible)]
    [InlineData("system", "\"\"", RecordFault.Impossible)]
    [InlineData("start", "\"yesterday\"", RecordFault.Impossible)]
    [InlineData("start", "\"1969-12-31T23:59:59Z\"", RecordFault.Impossible)]
    [InlineData("seconds", "-1", RecordFault.Impossible)]
    [InlineData("seconds", "1e300", RecordFault.Impossible)]
    [InlineData("sequence", "1.5", RecordFault.Impossible)]
    [InlineData("sequence", "null", RecordFault.WrongSection)]
    [InlineData("classes", "[]", RecordFault.WrongSection)]
    [InlineData("classes", "{}", RecordFault.WrongSection)]
    [InlineData("engines", "[]", RecordFault.Contradiction)]
    [InlineData("engines", "[1]", RecordFault.WrongSection)]
    [InlineData("batchPackets", "[1]", RecordFault.WrongSection)]
    [InlineData("serviceTimes.cp", "77", RecordFault.Contradiction)]
    [InlineData("cpuSeconds.specialtyEligible", "0", RecordFault.Contradiction)]
    [InlineData("controls.ziip", "\"MAYBE\"", RecordFault.Impossible)]
    [InlineData("controls.normalisation256", "255", RecordFault.Impossible)]
    [InlineData("controls.general", "0", RecordFault.Impossible)]
    [InlineData("disturbance", "7", RecordFault.WrongSection)]
    public void TryRead_OneMemberChanged_IsRefusedByName(string path, string value, RecordFault fault)
    {
        var document = JsonNode.Parse(RecordJson.Write(RecordScene.MadeUp()).Span)!;
        var names = path.Split('.');
        var parent = names.SkipLast(1).Aggregate(document, static (node, name) => node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);

        Assert.Equal(fault, RecordJsonReader.TryRead(Encoding.UTF8.GetBytes(document.ToJsonString()), out var read));
        Assert.Null(read);
    }

    // Whatever an octet is changed to, it is read or refused, and nothing is thrown.
    [Fact]
    public void TryRead_OctetsChanged_NeverThrows()
    {
        var written = RecordJson.Write(RecordScene.MadeUp()).ToArray();
        foreach (var change in new byte[] { 0x01, 0x10, 0x80 })
        {
            for (var at = 0; at < written.Length; at++)
            {
                written[at] ^= change;
                var fault = RecordJsonReader.TryRead(written, out var read);
                Assert.Equal(fault == RecordFault.None, read is not null);
                written[at] ^= change;
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
