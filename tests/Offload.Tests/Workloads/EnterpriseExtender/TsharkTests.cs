using System.Buffers.Binary;
using System.Diagnostics;

namespace Offload.Tests.Workloads.EnterpriseExtender;

public sealed class TsharkTests
{
    private const string Absent = "tshark is not on the path";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packets_ReadByTshark_AreLlcAndSnaWithoutFault(bool isV6)
    {
        var packets = EnterpriseExtenderTests.Capture(isV6, 8_000, TimeSpan.FromMilliseconds(1));
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pcap");
        File.WriteAllBytes(file, PcapOf(packets.Select(p => p.Packet)));
        try
        {
            var rows = Run(file);
            Assert.Equal(packets.Count, rows.Length);
            Assert.All(rows, r => Assert.Contains(":udp:llc", r[0], StringComparison.Ordinal));
            Assert.All(rows, r => Assert.DoesNotContain("malformed", r[0], StringComparison.OrdinalIgnoreCase));
            Assert.All(rows.Where(r => r[1] is not "12000"), r => Assert.Contains("llc:sna", r[0], StringComparison.Ordinal));
            Assert.Equal(["0x00", "0x01", "0x02", "0x03"], rows.Select(r => r[2]).Where(p => p.Length > 0).Distinct().Order());
            Assert.Contains(rows, r => r[3] == "3");
            Assert.Contains(rows, r => r[4].Contains("HPR Status", StringComparison.Ordinal));
            Assert.Contains(rows, r => r[4].Contains("HPR Route Setup", StringComparison.Ordinal));
            Assert.Contains(rows, r => r[4].Contains("HPR Fragment", StringComparison.Ordinal));
            Assert.All(rows, r => Assert.Equal(string.Empty, r[5]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Columns: protocols, port, transmission priority, XID format, summary, a bad checksum if any.
    private static string[][] Run(string file)
    {
        var start = new ProcessStartInfo("tshark")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-n", "-r", file, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-E", "separator=|",
            "-e", "frame.protocols", "-e", "udp.dstport", "-e", "sna.nlp.nhdr.tpf", "-e", "sna.xid.format", "-e", "_ws.col.Info", "-e", "udp.checksum.bad",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        return [.. output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))];
    }

    private static Process Start(ProcessStartInfo start)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        Assert.SkipUnless(Array.Exists(directories, d => File.Exists(Path.Combine(d, "tshark"))), Absent);
        return Process.Start(start) ?? throw new InvalidOperationException("tshark did not start");
    }

    private static byte[] PcapOf(IEnumerable<byte[]> packets)
    {
        using var file = new MemoryStream();
        Span<byte> word = stackalloc byte[4];
        foreach (var value in new uint[] { 0xA1B2C3D4, 0x00040002, 0, 0, 65535, 101 })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            file.Write(word);
        }

        foreach (var packet in packets)
        {
            foreach (var value in new[] { 0u, 0u, (uint)packet.Length, (uint)packet.Length })
            {
                BinaryPrimitives.WriteUInt32LittleEndian(word, value);
                file.Write(word);
            }

            file.Write(packet);
        }

        return file.ToArray();
    }
}
