using System.Text;
using IpsecDp.Modelling.Activity;

namespace Offload.Tests.Modelling.Activity;

public sealed class MeasurementDocumentTests
{
    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        var made = MeasurementSample.Of(SweepKind.Rate, (1, 0.3), (100, 0.6));
        var sample = made with { Setup = made.Setup with { NotMeasured = ["the moon"] } };

        Assert.True(MeasurementDocument.TryRead(Written(sample), out var read, out var error), error);
        Assert.Equal("the moon", Assert.Single(read.Setup.NotMeasured));
        // Lists are equal by their identity.
        Assert.Equal(sample.Setup, read.Setup with { NotMeasured = sample.Setup.NotMeasured });
        Assert.Equal(Written(sample), Written(read));
        Assert.Equal(sample.Points[1].EngineShare, read.Points[1].EngineShare);
        Assert.Equal(sample.Points[0].Trials[0].LostAt, read.Points[0].Trials[0].LostAt);
        Assert.True(read.Capacities[0].Goals[0].IsRegular);
    }

    [Theory]
    [InlineData("", "no document")]
    [InlineData("null", "null")]
    [InlineData("[]", "no document")]
    [InlineData("{}", "no document")]
    [InlineData("{\"schema\":2,\"setup\":{\"load\":\"x\",\"sweep\":\"rate\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\"}}", "schema is 2")]
    [InlineData("{\"setup\":{\"load\":\"x\",\"sweep\":\"sideways\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\"}}", "no document")]
    [InlineData("{\"setup\":{\"load\":\"x\",\"sweep\":\"rate\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\"},\"points\":[null]}", "not whole")]
    [InlineData("{\"setup\":{\"load\":\"x\",\"sweep\":\"rate\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\"},\"points\":null}", "missing")]
    [InlineData("{\"setup\":{\"load\":\"x\",\"sweep\":\"rate\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\",\"notMeasured\":null}}", "missing")]
    [InlineData("{\"setup\":{\"load\":\"x\",\"sweep\":\"rate\",\"capture\":\"memory\",\"protection\":\"p\",\"topology\":\"t\"},\"underSaturation\":[null]}", "missing")]
    public void TryRead_AnythingElse_IsRefusedWithASentence(string text, string reason)
    {
        Assert.False(MeasurementDocument.TryRead(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_EveryTrial_HasALineWithEveryColumn()
    {
        var lines = MeasurementTable.Write(MeasurementSample.Of(SweepKind.Rate, (1, 0.3), (100, 0.6))).Split("\r\n");

        Assert.Equal(4, lines.Length);
        Assert.Equal("", lines[3]);
        var columns = lines[0].Split(',');
        Assert.All(lines[..3], line => Assert.Equal(columns.Length, line.Split(',').Length));
        Assert.Equal("100000", lines[2].Split(',')[Array.IndexOf(columns, "offered")]);
        Assert.Equal("0.01", lines[2].Split(',')[Array.IndexOf(columns, "loss_ratio")]);
    }

    private static byte[] Written(Measurement measurement)
    {
        using var stream = new MemoryStream();
        MeasurementDocument.Write(measurement, stream);
        return stream.ToArray();
    }
}
