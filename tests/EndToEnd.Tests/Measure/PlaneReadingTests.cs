using System.Text.Json;
using IpsecDp.Daemon.Records;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;
using IpsecDp.Host.Reports;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ports;

namespace EndToEnd.Tests.Measure;

/// <summary>What a data plane in another process tells who measures it.</summary>
public sealed class PlaneReadingTests
{
    [Fact]
    public void TryRead_WrittenLine_IsWhatWasWritten()
    {
        var line = Written();

        Assert.DoesNotContain('\n', line);
        Assert.True(PlaneReading.TryRead(line, out var reading, out var error), error);
        Assert.Equal(2, reading.Record.Pool.Engines.Count);
        Assert.Equal((7, 3, 4), (reading.Lost[nameof(DropReason.Replayed)], reading.Lost["port ipsec0 could not receive"], reading.Lost["port ipsec0 could not send"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("ready")]
    [InlineData("""{"record":"?","lost":{}}""")]
    [InlineData("""{"record":"AAAA","lost":{}}""")]
    [InlineData("""{"record":null,"lost":{}}""")]
    public void TryRead_SomethingElse_IsRefusedWithASentence(string line)
    {
        Assert.False(PlaneReading.TryRead(line, out _, out var error));
        Assert.NotEmpty(error);
    }

    // The twin: one octet of the record changed on its way.
    [Fact]
    public void TryRead_DamagedRecord_IsRefused()
    {
        using var line = JsonDocument.Parse(Written());
        var record = line.RootElement.GetProperty("record").GetBytesFromBase64();
        record[^1] ^= 1;

        Assert.False(PlaneReading.TryRead($$$"""{"record":"{{{Convert.ToBase64String(record)}}}","lost":{}}""", out _, out var error));
        Assert.Equal(RecordFaults.Sentence(RecordFault.Damaged), error);
    }

    private static string Written()
    {
        var ledger = new CpuLedger();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 2 }, ledger);
        var meter = new IntervalMeter(ledger, pool.Snapshot, "host", 2, new RecordControls(true, true, false, TimeSpan.FromMicroseconds(100), Normalisation.None), TimeProvider.System);
        return PlaneReading.Write(meter.Cut(), new DataPlaneSnapshot([], new Dictionary<DropReason, long> { [DropReason.Replayed] = 7 }, new Dictionary<string, long>(), 0, 0, [("ipsec0", new PortStats(0, 0, 0, 0, 3, 4))], pool.Snapshot()));
    }
}
