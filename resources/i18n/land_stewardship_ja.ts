<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>LandStewardship</name>
    <message>
        <source>1 Understand</source>
        <translation>1 知る</translation>
    </message>
    <message>
        <source>2 Choose</source>
        <translation>2 選ぶ</translation>
    </message>
    <message>
        <source>3 Act</source>
        <translation>3 行う</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>中止しました。何も変えていません。</translation>
    </message>
    <message>
        <source>In Terminal run: /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} and restart QGIS.</source>
        <translation>ターミナルで /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In a terminal run: sudo apt install {debian} and restart QGIS.</source>
        <translation>端末で sudo apt install {debian} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In the conda environment of QGIS run: conda install -c conda-forge {names}</source>
        <translation>QGIS の conda 環境で次を実行してください: conda install -c conda-forge {names}</translation>
    </message>
    <message>
        <source>Land Stewardship</source>
        <translation>土地の使い方</translation>
    </message>
    <message>
        <source>Open “OSGeo4W Shell” from the start menu, run: python -m pip install {names} and restart QGIS.</source>
        <translation>スタートメニューから「OSGeo4W Shell」を開き、python -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>Run recorded in {file}</source>
        <translation>実行の記録: {file}</translation>
    </message>
    <message>
        <source>The run could not be recorded: {why}</source>
        <translation>実行の記録を残せませんでした: {why}</translation>
    </message>
    <message>
        <source>This tool needs the Python package {names}, which this QGIS does not have.</source>
        <translation>この道具には Python パッケージ {names} が必要ですが、この QGIS にはありません。</translation>
    </message>
</context>
</TS>
